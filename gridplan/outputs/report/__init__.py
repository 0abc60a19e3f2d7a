"""What is handed out: the official document with its annexes and notes, the map book, the page for residents."""
