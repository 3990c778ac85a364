"""The clustered bootstrap as one would write it down first: a NumPy call per draw."""
import numpy as np

from problem import measure


def trimmed_mean(values, trim):
    ordered = np.sort(values)
    cut = int(len(ordered) * trim)
    if 2 * cut >= len(ordered):
        return float(np.mean(ordered))
    return float(np.mean(ordered[cut:len(ordered) - cut]))


def bootstrap(groups, iterations, seed, trim=0.2):
    rng = np.random.default_rng(seed)
    arrays = [np.asarray(group, dtype=float) for group in groups]
    names = np.arange(len(arrays))
    estimate = trimmed_mean(np.array([a.mean() for a in arrays]), trim)
    centers = np.empty(iterations)
    for b in range(iterations):
        chosen = rng.choice(names, size=len(arrays), replace=True)
        means = []
        for template in chosen:
            values = arrays[template]
            picks = rng.integers(0, len(values), size=len(values))
            means.append(float(np.mean(values[picks])))
        centers[b] = trimmed_mean(np.array(means), trim)
    low, high = np.percentile(centers, [2.5, 97.5])
    return min(low, estimate), max(high, estimate)


if __name__ == "__main__":
    measure(bootstrap, repeats=5)
