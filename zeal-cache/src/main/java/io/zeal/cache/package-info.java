/** Caches over any backend: entry form, codecs, numbers, the tiers and what puts them together. */
@NullMarked
package io.zeal.cache;

import org.jspecify.annotations.NullMarked;
