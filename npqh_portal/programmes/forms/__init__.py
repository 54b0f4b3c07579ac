"""The shape of intakes and of suspensions of funding, and of each part of a draft."""
