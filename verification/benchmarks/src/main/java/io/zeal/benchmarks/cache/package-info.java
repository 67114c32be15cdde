/** The area {@code cache}: Zeal's caches against caches in the process, on disk and on Redis. */
@NullMarked
package io.zeal.benchmarks.cache;

import org.jspecify.annotations.NullMarked;
