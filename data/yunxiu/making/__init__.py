"""How the parts of 云岫县 (Yunxiu), a county that does not exist, are made."""
