/**
 * What happens in Zeal, for whoever looks after it: metrics and traces by OpenTelemetry, on by
 * being on the path; and statistics as JSON and as Prometheus text, without OpenTelemetry.
 *
 * <p>Every name that is exported stands in {@code docs/telemetry.md}. Keys and values are never
 * among what is.
 */
@NullMarked
package io.zeal.telemetry;

import org.jspecify.annotations.NullMarked;
