"""Sample material made by Tamis itself: fictional documents and the campaigns that sift them."""
