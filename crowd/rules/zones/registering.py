"""Registering: how one scan lies on the template it was printed from.

Two first guesses, each refined and judged alike: ORB features (Rublee et al., 2011) matched and
sieved by RANSAC, good wherever there are headings; and, when these fail, the turn and scale of the
spectra (Reddy & Chatterji, 1996), good for bare tables. The refinement is a trimmed ICP (Besl &
McKay, 1992; Chetverikov et al., 2002) of the inked pixels to the nearest ink.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from crowd.rules.zones import boxes
from crowd.rules.zones.agreement import agreement
from crowd.rules.zones.boxes import Matrix
from crowd.rules.zones.prints import WIDTH, Print

# How far a scan may lie from its template: shift as a share of the width, scale, turn in degrees.
FARTHEST = {"shift": 0.12, "scale": 0.10, "degrees": 6.0}
REACH = 0.16  # of the width: features farther apart are not of the same place
CLEAR = 0.80  # agreement at which no other guess is tried
FEWEST_MATCHES = 8
# Each round looks at ink within so many pixels of where it should be.
ROUNDS = (14.0, 10.0, 7.0, 5.0, 4.0, 3.0, 3.0)
MOST_PLACES = 2500  # inked pixels that are moved; more say no more
SPECTRUM = 256  # pixels of the pictures whose spectra are compared


@dataclass(frozen=True, kw_only=True)
class Registration:
    """How a page lies on a template.

    Attributes:
        matrix: 2×3, template → page, in widths.
        score: the share of the page's tiles that agree, 0 to 1.
    """

    matrix: Matrix
    score: float


def register(*, template: Print, page: Print) -> Registration | None:
    """Lay the template on the page; None when no plausible way was found.

    A registration with a low score says that this is another template: `grouping` decides.
    """
    best = _judged(template, page, _by_features(template, page))
    if best is None or best.score < CLEAR:
        other = _judged(template, page, _by_spectrum(template, page))
        if best is None or (other is not None and other.score > best.score):
            best = other
    return best


def _judged(template: Print, page: Print, guess: Matrix | None) -> Registration | None:
    if guess is None or not boxes.is_plausible(_in_widths(guess), **FARTHEST):
        return None
    refined = _refined(template, page, guess)
    if not boxes.is_plausible(_in_widths(refined), **FARTHEST):
        refined = guess
    return Registration(matrix=_in_widths(refined), score=agreement(template, page, refined))


def _in_widths(matrix: Matrix) -> Matrix:
    return np.column_stack([matrix[:, :2], matrix[:, 2] / WIDTH])


def _by_features(template: Print, page: Print) -> Matrix | None:
    if min(len(template.spots), len(page.spots)) < FEWEST_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(template.signs, page.signs)
    ours = template.spots[[pair.queryIdx for pair in pairs]]
    theirs = page.spots[[pair.trainIdx for pair in pairs]]
    near = np.hypot(*(ours - theirs).T) < REACH * WIDTH
    if near.sum() < FEWEST_MATCHES:
        return None
    found, _ = cv2.estimateAffinePartial2D(
        ours[near], theirs[near], method=cv2.RANSAC, ransacReprojThreshold=3.0, maxIters=3000
    )
    return None if found is None else np.asarray(found, dtype=np.float64)


def _by_spectrum(template: Print, page: Print) -> Matrix | None:
    """Turn and scale from the log-polar spectra, then the shift from the pages themselves."""
    ours, theirs = _square(template), _square(page)
    radius = SPECTRUM / 2
    turned, scaled = _log_polar(ours, radius), _log_polar(theirs, radius)
    window = cv2.createHanningWindow((SPECTRUM, SPECTRUM), cv2.CV_32F)
    (along, round_), _ = cv2.phaseCorrelate(turned, scaled, window)
    scale = float(np.exp(-along * np.log(radius) / SPECTRUM))
    degrees = float(round_ * 360 / SPECTRUM)
    degrees -= 180 * round(degrees / 180)  # a spectrum looks the same upside down
    if abs(degrees) > FARTHEST["degrees"] or abs(scale - 1) > FARTHEST["scale"]:
        scale, degrees = 1.0, 0.0
    middle = (SPECTRUM / 2, SPECTRUM / 2)
    turn = np.asarray(cv2.getRotationMatrix2D(middle, -degrees, scale), dtype=np.float64)
    laid = cv2.warpAffine(ours, turn, (SPECTRUM, SPECTRUM))
    (across, down), _ = cv2.phaseCorrelate(laid, theirs, window)
    turn[:, 2] += np.array([across, down])
    turn[:, 2] *= _side(template, page) / SPECTRUM
    return turn


def _side(*pages: Print) -> int:
    return int(max(max(page.ink.shape) for page in pages))


def _square(page: Print) -> NDArray[np.float32]:
    """The ink, softened, in the top left of a square picture."""
    side = _side(page)
    square = np.zeros((side, side), dtype=np.float32)
    square[: page.ink.shape[0], : page.ink.shape[1]] = page.ink
    small = cv2.resize(square, (SPECTRUM, SPECTRUM), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), dtype=np.float32)


def _log_polar(picture: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    window = cv2.createHanningWindow((SPECTRUM, SPECTRUM), cv2.CV_32F)
    spectrum = np.abs(np.fft.fftshift(np.fft.fft2(picture * window)))
    return np.asarray(
        cv2.warpPolar(
            np.log1p(spectrum).astype(np.float32),
            (SPECTRUM, SPECTRUM),
            (SPECTRUM / 2, SPECTRUM / 2),
            radius,
            cv2.INTER_LINEAR | cv2.WARP_POLAR_LOG,
        ),
        dtype=np.float32,
    )


def _refined(template: Print, page: Print, matrix: Matrix) -> Matrix:
    """Move the template's ink onto the nearest ink of the page, in ever smaller reach.

    Affine: feeding scanners stretch pages a little in one direction.
    """
    places = template.places
    places = places[:: max(1, len(places) // MOST_PLACES)]
    far, label, place = page.field
    height, width = page.ink.shape
    whole = np.column_stack([places, np.ones(len(places))])
    for reach in ROUNDS:
        laid = whole @ matrix.T
        at = np.rint(laid).astype(np.int64)
        inside = (at[:, 0] >= 0) & (at[:, 0] < width) & (at[:, 1] >= 0) & (at[:, 1] < height)
        at = at[inside]
        distance = far[at[:, 1], at[:, 0]]
        near = distance < reach
        if near.sum() < MOST_PLACES // 50:
            return matrix
        weight = 1 / (1 + (2 * distance[near] / reach) ** 2)
        ours = whole[inside][near]
        theirs = place[label[at[near, 1], at[near, 0]]]
        weighed = ours * weight[:, np.newaxis]
        try:
            matrix = np.linalg.solve(weighed.T @ ours, weighed.T @ theirs).T
        except np.linalg.LinAlgError:  # all of the ink on one line
            return matrix
    return matrix
