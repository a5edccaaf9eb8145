/** How tenants' apps fare, as workers find out and say on {@code app-health}: taken into a table that apps are shown with. */
@NullMarked
package io.warroom.config.health;

import org.jspecify.annotations.NullMarked;
