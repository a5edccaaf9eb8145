/**
 * Everything Warroom needs on one machine and without Docker: broker, database, schema registry, platform simulator and
 * both services, started in parallel, stopped in order, and said in one line when something is in the way.
 */
@NullMarked
package io.warroom.local;

import org.jspecify.annotations.NullMarked;
