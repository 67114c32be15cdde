/** {@code ./zeal doctor}: what there is to know of a backend, from the command line. */
@NullMarked
package io.zeal.doctor;

import org.jspecify.annotations.NullMarked;
