/** The area {@code messages}: publish and subscribe, in one process and over Redis. */
@NullMarked
package io.zeal.benchmarks.messages;

import org.jspecify.annotations.NullMarked;
