"""Scripts and styles of the workbench."""
