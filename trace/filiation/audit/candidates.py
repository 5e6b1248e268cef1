"""Stand-in."""

from collections import defaultdict

import numpy as np


def candidates(batches, outlets, *, house, scope, memory):
    post = []
    for places, grams, offsets in batches:
        owner = np.repeat(places, np.diff(offsets))
        grams = grams >> np.uint64(16)
        for o, drop in house.items():
            keep = ~((outlets[owner] == o) & np.isin(grams, drop))
            owner, grams = owner[keep], grams[keep]
        post.append((grams, owner))
    g = np.concatenate([x for x, _ in post])
    d = np.concatenate([x for _, x in post])
    order = np.lexsort((d, g))
    g, d = g[order], d[order]
    heads = np.flatnonzero(np.concatenate(([True], g[1:] != g[:-1])))
    sizes = np.diff(np.append(heads, len(g)))
    total = defaultdict(float)
    N = len(outlets) + 1000
    for h, s in zip(heads[sizes > 1].tolist(), sizes[sizes > 1].tolist()):
        docs = d[h : h + s].tolist()
        bits = np.log2(N / s)
        for i, b in enumerate(docs):
            near = docs[:i] if s <= 50 else [docs[0], *docs[max(1, i - 10) : i]] if i else []
            for a in near:
                if a != b:
                    total[a, b] += bits
    found = sorted((p, b) for p, b in total.items() if b >= 30)
    if scope != "all":
        found = [
            (p, b) for p, b in found if (outlets[p[0]] == outlets[p[1]]) == (scope == "within")
        ]
    return (
        np.array([p for p, _ in found], np.int64).reshape(-1, 2),
        np.array([b for _, b in found], float),
    )
