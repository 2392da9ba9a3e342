"""Zones: recognise which form a page is, find how its scan lies on the template, and cut it.

Lengths of places and matrices are counted in widths of the page (x and y alike), so that they hold
for every rendering of it; boxes of zones are fractions of the page's width and height.
"""

import cv2

# Workers are processes of their own, one a core: threads inside would only get in their way.
cv2.setNumThreads(1)
