/** The backend "tiered". */
@NullMarked
package io.zeal.tiered;

import org.jspecify.annotations.NullMarked;
