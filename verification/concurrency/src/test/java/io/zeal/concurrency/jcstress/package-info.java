/** The short run of the tests under jcstress. */
@NullMarked
package io.zeal.concurrency.jcstress;

import org.jspecify.annotations.NullMarked;
