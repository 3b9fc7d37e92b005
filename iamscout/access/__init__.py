"""Who can assume which role: principals, the two halves of each edge, and what follows from them."""
