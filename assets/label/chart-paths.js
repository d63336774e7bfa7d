/* Numbers into what SVG draws: paths thinned to the pixels of the screen, ticks at round numbers, names that do not collide. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const paths = (label.paths = {});
    const round = (value) => Math.round(value * 10) / 10;

    /* First index whose x is not below a value; x rises. */
    paths.firstAt = function (x, value) {
        let low = 0;
        let high = x.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (x[middle] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    };

    /* The part of a line that a view shows, and one point more on either side. */
    function visible(x, view) {
        const from = Math.max(paths.firstAt(x, view.x0) - 1, 0);
        return [from, Math.min(paths.firstAt(x, view.x1) + 1, x.length)];
    }

    /* Path of a line; more than two points a pixel are drawn as the least and the greatest of each pixel. */
    paths.line = function (x, y, view, size) {
        const [from, to] = visible(x, view);
        const scaleX = size.width / (view.x1 - view.x0);
        const scaleY = size.height / (view.y1 - view.y0);
        const toX = (value) => round((value - view.x0) * scaleX);
        const toY = (value) => round((view.y1 - value) * scaleY);
        return to - from > 2.5 * size.width
            ? thinned(x, y, from, to, toX, toY)
            : whole(x, y, from, to, toX, toY);
    };

    function whole(x, y, from, to, toX, toY) {
        const parts = [];
        let pen = "M";
        for (let k = from; k < to; k += 1) {
            if (Number.isFinite(y[k]) && y[k] !== null) {
                parts.push(pen, toX(x[k]), " ", toY(y[k]));
                pen = "L";
            } else {
                pen = "M";
            }
        }
        return parts.join("");
    }

    function thinned(x, y, from, to, toX, toY) {
        const parts = [];
        let pen = "M";
        let k = from;
        while (k < to) {
            const pixel = Math.floor(toX(x[k]));
            let least = -1;
            let greatest = -1;
            for (; k < to && Math.floor(toX(x[k])) === pixel; k += 1) {
                if (!Number.isFinite(y[k]) || y[k] === null) continue;
                if (least < 0 || y[k] < y[least]) least = k;
                if (greatest < 0 || y[k] > y[greatest]) greatest = k;
            }
            if (least < 0) {
                pen = "M";
                continue;
            }
            for (const one of least < greatest ? [least, greatest] : least > greatest ? [greatest, least] : [least]) {
                parts.push(pen, pixel, " ", toY(y[one]));
                pen = "L";
            }
        }
        return parts.join("");
    }

    /* Area between two lines, each run of finite points for itself. */
    paths.band = function (x, low, high, view, size) {
        const [from, to] = visible(x, view);
        const step = Math.max(1, Math.floor((to - from) / (1.5 * size.width)));
        const scaleX = size.width / (view.x1 - view.x0);
        const scaleY = size.height / (view.y1 - view.y0);
        const at = (k, value) => `${round((x[k] - view.x0) * scaleX)} ${round((view.y1 - value) * scaleY)}`;
        const parts = [];
        let run = [];
        const close = function () {
            if (run.length > 1) {
                const back = run.slice().reverse();
                parts.push(`M${run.map((k) => at(k, high[k])).join("L")}L${back.map((k) => at(k, low[k])).join("L")}Z`);
            }
            run = [];
        };
        for (let k = from; k < to; k += step) {
            if (Number.isFinite(low[k]) && Number.isFinite(high[k])) run.push(k);
            else close();
        }
        close();
        return parts.join("");
    };

    /* Round steps: 1, 2, 2.5 or 5 times a power of ten. */
    paths.ticks = function (low, high, most, factors) {
        const rough = (high - low) / Math.max(most, 1);
        const power = 10 ** Math.floor(Math.log10(rough));
        const step = (factors || [1, 2, 5, 10]).map((factor) => factor * power).find((one) => one >= rough * 0.8);
        const found = [];
        for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) found.push(k * step);
        return { step, values: found };
    };

    paths.digits = (step) => Math.max(0, Math.min(6, -Math.floor(Math.log10(step * 1.0001)) + (isHalf(step) ? 1 : 0)));
    const isHalf = (step) => Math.abs(step / 10 ** Math.floor(Math.log10(step * 1.0001)) - 2.5) < 0.01;

    paths.tickText = function (value, step) {
        if (Math.abs(value) < step / 1e6) return "0";
        const thousands = step >= 500 && Math.abs(value) >= 1000;
        const text = thousands ? `${+(value / 1000).toFixed(2)}k` : value.toFixed(paths.digits(step));
        return text.replace("-", "−");
    };

    /* Which names have room: the strongest first; `at` in px, 11 px type. */
    paths.roomFor = function (marks, width) {
        const taken = [];
        const shown = new Set();
        const order = [...marks].sort((one, other) => other.weight - one.weight);
        order.forEach(function (mark) {
            const size = mark.name.length * 6.3 + 6;
            const left = mark.isLong ? mark.at : mark.at - size / 2;
            const right = left + size + (mark.isLong ? 8 : 0);
            if (left < -10 || right > width + 10 || !mark.name) return;
            if (taken.some(([start, stop]) => left < stop && right > start)) return;
            taken.push([left, right]);
            shown.add(mark);
        });
        return shown;
    };

    paths.extent = function (values) {
        let low = Infinity;
        let high = -Infinity;
        for (const value of values) {
            if (value === null || !Number.isFinite(value)) continue;
            if (value < low) low = value;
            if (value > high) high = value;
        }
        return low <= high ? [low, high] : [0, 1];
    };
})();
