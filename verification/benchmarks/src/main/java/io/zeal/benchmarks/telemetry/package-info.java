/** What does it cost to be watched, and to be on the path and not watched? */
@NullMarked
package io.zeal.benchmarks.telemetry;

import org.jspecify.annotations.NullMarked;
