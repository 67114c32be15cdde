/** The short run of the histories under Lincheck. */
@NullMarked
package io.zeal.concurrency.lincheck;

import org.jspecify.annotations.NullMarked;
