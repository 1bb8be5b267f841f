"""Cases whose right reading is written down."""
