"""Why a limit cannot hold, and what forces it. Nothing here changes a plan."""
