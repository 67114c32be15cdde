/**
 * The benchmark harness: what {@code ./zeal bench} runs. How it measures and how to add an area:
 * {@code docs/benchmarks/README.md}.
 */
@NullMarked
package io.zeal.benchmarks;

import org.jspecify.annotations.NullMarked;
