package io.zeal.cache;

/**
 * What a file tier counted since it was opened.
 *
 * @param count of entries, those included that expired and were not swept
 * @param bytes of all segments on disk
 * @param liveBytes of those, the bytes of entries
 * @param evicted entries that went because there was no room
 * @param damaged records that were found damaged, when opening or reading
 * @param lostSegments segments that were given up when opening, for damage in or behind them
 * @param failedWrites appends that the disk refused
 */
record FileTierStats(
    long count,
    long bytes,
    long liveBytes,
    long evicted,
    long damaged,
    long lostSegments,
    long failedWrites) {}
