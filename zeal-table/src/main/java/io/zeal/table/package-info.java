/** The backend "table". */
@NullMarked
package io.zeal.table;

import org.jspecify.annotations.NullMarked;
