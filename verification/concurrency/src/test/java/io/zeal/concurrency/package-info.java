/** The short run of what is neither jcstress nor Lincheck. */
@NullMarked
package io.zeal.concurrency;

import org.jspecify.annotations.NullMarked;
