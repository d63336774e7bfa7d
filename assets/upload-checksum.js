/* Checksums of pieces: CRC-32 as zlib computes it, everywhere; SHA-256 only where the browser offers it. */
(function () {
    "use strict";
    const TABLE = new Uint32Array(256);
    for (let n = 0; n < 256; n++) {
        let value = n;
        for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
        TABLE[n] = value >>> 0;
    }

    function crc32(buffer) {
        const bytes = new Uint8Array(buffer);
        let value = 0xffffffff;
        for (let k = 0; k < bytes.length; k++) value = TABLE[(value ^ bytes[k]) & 0xff] ^ (value >>> 8);
        return ((value ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
    }

    /* By this a file is known again when it is chosen a second time: name, size, time, start of its content. */
    async function fingerprint(entries) {
        if (entries.length === 1) {
            const { path, file } = entries[0];
            const start = await file.slice(0, 1 << 20).arrayBuffer();
            return `${crc32(new TextEncoder().encode(path))}-${file.size}-${file.lastModified}-${await digest(start)}`;
        }
        const text = entries.map(({ path, file }) => `${path}\0${file.size}\0${file.lastModified}`).join("\n");
        const total = entries.reduce((sum, { file }) => sum + file.size, 0);
        return `${entries.length}-${total}-${await digest(new TextEncoder().encode(text))}`;
    }

    async function digest(buffer) {
        if (!window.crypto || !crypto.subtle) return crc32(buffer); // a page over plain http from another machine
        const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
        return Array.from(bytes.slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    window.spectrolabeChecksum = { crc32, fingerprint };
})();
