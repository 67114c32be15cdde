/** An application on the module path. */
@NullMarked
package io.zeal.consumer;

import org.jspecify.annotations.NullMarked;
