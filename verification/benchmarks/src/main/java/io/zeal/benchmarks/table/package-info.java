/** The area {@code table}: rows in this process, against maps and caches that people use for it. */
@NullMarked
package io.zeal.benchmarks.table;

import org.jspecify.annotations.NullMarked;
