/** The live demo. */
@NullMarked
package io.zeal.demo;

import org.jspecify.annotations.NullMarked;
