"""What leaves the site on paper or as a picture: social cards and posters."""
