package io.zeal;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The most bytes a {@code String} (as UTF-8) or {@code byte[]} component may hold; a longer value
 * is refused (S9).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface MaxBytes {

  /** The limit in bytes, 1 to 1,048,576. */
  int value();
}
