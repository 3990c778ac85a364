"""The fastest NumPy we could make: it goes below the public drawing functions. The raw 64-bit words are fetched in bulk
and split into the 32-bit halves that bounded draws are made from, Lemire's multiplication is done on whole arrays, and a
sorting network of np.minimum and np.maximum over columns replaces np.sort. Equal cluster sizes only; a draw that would
have to be rejected raises (for powers of two none can be)."""
import numpy as np

from problem import measure

CHUNK = 500  # iterations at a time, even: a chunk then ends at the end of a word


def bounded(halves, bound):
    if bound & (bound - 1) == 0:
        return halves >> np.uint32(33 - bound.bit_length())
    product = halves * np.uint64(bound)
    if ((product & np.uint64(0xFFFFFFFF)) < (1 << 32) % bound).any():
        raise ArithmeticError("a draw has to be rejected: use batched.py")
    return product >> np.uint64(32)


def comparators(count):
    """Batcher's merge exchange."""
    top = 1
    while top * 2 < count:
        top *= 2
    p = top
    while p > 0:
        q, r, distance = top, 0, p
        while True:
            for i in range(count - distance):
                if i & p == r:
                    yield i, i + distance
            if q == p:
                break
            distance, q, r = q - p, q // 2, p
        p //= 2


def total(columns):
    """NumPy's order of additions, for up to 15 columns."""
    if len(columns) < 8:
        result = columns[0]
        for column in columns[1:]:
            result = result + column
        return result
    a = columns
    result = ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]))
    for column in a[8:]:
        result = result + column
    return result


def bootstrap(groups, iterations, seed, trim=0.2):
    bits = np.random.default_rng(seed).bit_generator
    table = np.array(groups)
    templates, size = table.shape
    if size > 15 or templates > 15 + 2 * int(templates * trim) or size == 1 or templates == 1:
        raise ValueError("this design needs longer sums or no draws: use batched.py")
    flat = table.ravel()
    draws = templates + templates * size
    network = list(comparators(templates))
    cut = int(templates * trim)
    centers = np.empty(iterations)
    for start in range(0, iterations, CHUNK):
        count = min(CHUNK, iterations - start)
        words = bits.random_raw((count * draws + 1) // 2)
        halves = np.ascontiguousarray(words.view(np.uint32)[:count * draws].reshape(count, draws).T)
        first = bounded(halves[:templates], templates).astype(np.intp) * size
        index = first[:, None, :] + bounded(halves[templates:], size).reshape(templates, size, count)
        picked = flat.take(index, mode="clip")
        rows = list(total([picked[:, j] for j in range(size)]) / size)
        for i, j in network:
            rows[i], rows[j] = np.minimum(rows[i], rows[j]), np.maximum(rows[i], rows[j])
        kept = rows[cut:templates - cut]
        centers[start:start + count] = total(kept) / len(kept)
    low, high = np.percentile(centers, [2.5, 97.5])
    estimate = np.sort(table.mean(axis=1))[cut:templates - cut].mean()
    return min(low, estimate), max(high, estimate)


if __name__ == "__main__":
    measure(bootstrap, repeats=21)
