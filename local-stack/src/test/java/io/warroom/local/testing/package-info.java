/** The broker, database and registry that integration tests of every module run on. */
@NullMarked
package io.warroom.local.testing;

import org.jspecify.annotations.NullMarked;
