/* The sky on a flat map: Aitoff projection (Calabretta and Greisen 2002, A&A 395, 1077, section 5.4.2, as Hammer-Aitoff),
   centers of HEALPix cells in nested order (Górski et al. 2005, ApJ 622, 759), the galactic plane. Angles in degrees. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const RAD = Math.PI / 180;

    /* Position on a map whose half width is 1 and half height 0.5; right ascension grows to the left. */
    function project(ra, dec, center) {
        const turned = ((((ra - center + 180) % 360) + 360) % 360) - 180;
        const half = (turned / 2) * RAD;
        const scale = 1 / Math.sqrt(1 + Math.cos(dec * RAD) * Math.cos(half));
        return [-Math.cos(dec * RAD) * Math.sin(half) * scale, -Math.sin(dec * RAD) * scale * 0.5];
    }

    /* The position of a point of the map; null beside the map. */
    function back(x, y, center) {
        if (x * x + 4 * y * y > 1) return null;
        const u = -x * Math.SQRT2 * 2;
        const v = -y * Math.SQRT2 * 2;
        const z = Math.sqrt(1 - (u / 4) ** 2 - (v / 2) ** 2);
        const ra = (2 * Math.atan2(z * u, 2 * (2 * z * z - 1))) / RAD + center;
        return [((ra % 360) + 360) % 360, Math.asin(Math.min(Math.max(z * v, -1), 1)) / RAD];
    }

    const RINGS = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4];
    const TURNS = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7];

    /* Every second bit of a number. */
    function bits(number) {
        let made = 0;
        for (let k = 0; number >> (2 * k); k += 1) made |= ((number >> (2 * k)) & 1) << k;
        return made;
    }

    /* Center of a cell, nested scheme. */
    function cell(nside, pixel) {
        const face = Math.floor(pixel / (nside * nside));
        const within = pixel % (nside * nside);
        const x = bits(within);
        const y = bits(within >> 1);
        const ring = RINGS[face] * nside - x - y - 1;
        const isNorth = ring < nside;
        const isSouth = ring > 3 * nside;
        const n = isNorth ? ring : isSouth ? 4 * nside - ring : nside;
        const z = isNorth || isSouth ? 1 - (n * n) / (3 * nside * nside) : ((2 * nside - ring) * 2) / (3 * nside);
        const shift = isNorth || isSouth ? 0 : (ring - nside) & 1;
        const along = (TURNS[face] * n + x - y + 1 + shift) / 2;
        const ra = (90 / n) * (along - (shift + 1) / 2);
        return [((ra % 360) + 360) % 360, Math.asin(isSouth ? -z : z) / RAD];
    }

    /* Point at a distance and position angle from another. */
    function offset(ra, dec, distance, angle) {
        const sine = Math.sin(dec * RAD) * Math.cos(distance * RAD) + Math.cos(dec * RAD) * Math.sin(distance * RAD) * Math.cos(angle * RAD);
        const y = Math.sin(angle * RAD) * Math.sin(distance * RAD) * Math.cos(dec * RAD);
        const x = Math.cos(distance * RAD) - Math.sin(dec * RAD) * sine;
        return [ra + Math.atan2(y, x) / RAD, Math.asin(Math.min(Math.max(sine, -1), 1)) / RAD];
    }

    function separation([ra1, dec1], [ra2, dec2]) {
        const a = Math.sin(((dec2 - dec1) / 2) * RAD) ** 2 + Math.cos(dec1 * RAD) * Math.cos(dec2 * RAD) * Math.sin(((ra2 - ra1) / 2) * RAD) ** 2;
        return (2 * Math.asin(Math.sqrt(Math.min(a, 1)))) / RAD;
    }

    /* The galactic plane: every point 90° from the pole of the Galaxy (ICRS 192.85948, 27.12825). */
    const PLANE = Array.from({ length: 181 }, (_, k) => offset(192.85948, 27.12825, 90, k * 2));

    /* Middle of the directions of points with weights. */
    function middle(points) {
        const sum = points.reduce(([x, y], [ra, dec, weight]) => [x + weight * Math.cos(dec * RAD) * Math.cos(ra * RAD), y + weight * Math.cos(dec * RAD) * Math.sin(ra * RAD)], [0, 0]);
        return (Math.atan2(sum[1], sum[0]) / RAD + 360) % 360;
    }

    candidates.projection = { project, back, cell, offset, separation, middle, PLANE };
})();
