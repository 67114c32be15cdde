package io.zeal.telemetry;

import java.util.Map;

/**
 * What becomes of one number of the statistics.
 *
 * @param attributes that say which of the numbers of one metric it is
 */
record Export(Metric metric, Map<String, String> attributes) {}
