/** Promises proven over the whole product: real broker, database and registry, the services from their jars. */
@NullMarked
package io.warroom.e2e;

import org.jspecify.annotations.NullMarked;
