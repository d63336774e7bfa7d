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

    /* The width, beside the choice, while anything is smoothed. */
    function drawWidth() {
        const place = label.byId("label-width");
        if (!place) return;
        const isOn = label.view.smooth !== "none";
        if (!isOn || place.firstChild) {
            if (!isOn) place.replaceChildren();
            return;
        }
        const input = label.el("input", { type: "number", min: "2", max: "99", step: "1", class: "label-width-input", value: String(label.view.width), "aria-label": "Width of the smoothing, pixels" });
        input.addEventListener("input", function () {
            const width = Math.min(Math.max(Number.parseInt(input.value, 10) || 5, 2), 99);
            if (width !== label.view.width) label.view.set("width", width);
        });
        place.append(label.el("label", { class: "label-width-box" }, input, "px"));
    }

    /* Without errors there is nothing to weight with: the choice says so instead of doing nothing. */
    function offer(hasErrors) {
        const choice = document.querySelector("[data-command='smooth:box']");
        choice.disabled = !hasErrors;
        choice.title = hasErrors ? "Mean of neighbors, weighted by their inverse variance" : "The file has no errors to weight with";
    }

    label.on("view", drawWidth);
    label.on("show", drawWidth);

    label.smoothing = {
        offer,

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
