"""What the program does with tampered folders, hostile names and cases, kills, full disks and closed terminals.

    python -m tests.reliability                     all families in full, with the table of docs/*/reliability.md
    python -m tests.reliability kills --number 100  one of them

Each attempt is a run of the command line in a process of its own, and ends in one of four ways: `clear` (a result that is right,
or a refusal in words with exit status 2), `silent` (something wrong was taken, or lost, without a word), `traceback`, `hang`.
The tests beside run a slice of each family.
"""
