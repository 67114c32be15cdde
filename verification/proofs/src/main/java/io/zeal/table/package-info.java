/**
 * The way to what tables keep to themselves: it has their package's name, and on the class path
 * that is enough.
 */
@NullMarked
package io.zeal.table;

import org.jspecify.annotations.NullMarked;
