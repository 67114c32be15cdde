/** JSON by Jackson 3. */
@NullMarked
package io.zeal.cache.jackson;

import org.jspecify.annotations.NullMarked;
