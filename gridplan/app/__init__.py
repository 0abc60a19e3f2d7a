"""The workbench: a server on this machine and its pages, from a folder of files to a plan that is handed out."""
