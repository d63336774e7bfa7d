/* Smoothing of the picture; what the network sees is never touched. Widths in pixels. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;

    function weighted(flux, reach, weightOf) {
        return flux.map(function (_, k) {
            let sum = 0;
            let weights = 0;
            const last = Math.min(k + reach, flux.length - 1);
            for (let j = Math.max(k - reach, 0); j <= last; j += 1) {
                const weight = weightOf(j, j - k);
                if (!(weight > 0) || !Number.isFinite(flux[j])) continue;
                sum += weight * flux[j];
                weights += weight;
            }
            return weights > 0 ? sum / weights : NaN;
        });
    }

    label.smoothing = {
        /* Gauss of a full width at half maximum. */
        gauss(flux, width) {
            const sigma = width / 2.3548;
            const reach = Math.ceil(3 * sigma);
            const weights = Array.from({ length: reach + 1 }, (_, k) => Math.exp(-0.5 * (k / sigma) ** 2));
            return weighted(flux, reach, (_, distance) => weights[Math.abs(distance)]);
        },

        /* Running mean, each pixel weighted by its inverse variance; pixels without one count nothing. */
        box(flux, width, sigma) {
            return weighted(flux, Math.floor(width / 2), (j) => (sigma && sigma[j] > 0 ? 1 / sigma[j] ** 2 : 0));
        },
    };
})();
