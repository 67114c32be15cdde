/**
 * What plugins implement: backends, decorators, caches, messages and codecs. An application does
 * not need this package.
 *
 * <p>Additions come as default methods or new interfaces, so that a plugin compiled against an
 * older release goes on to work; the changelog lists changes here under SPI.
 */
@NullMarked
package io.zeal.spi;

import org.jspecify.annotations.NullMarked;
