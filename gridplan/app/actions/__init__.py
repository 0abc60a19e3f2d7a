"""What pages ask the bench for, station by station: what they read, and what they change."""
