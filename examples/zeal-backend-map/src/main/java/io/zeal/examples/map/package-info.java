/** A whole backend to read; begin with {@code MapBackendProvider}. */
@NullMarked
package io.zeal.examples.map;

import org.jspecify.annotations.NullMarked;
