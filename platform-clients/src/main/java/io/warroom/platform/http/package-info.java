/** HTTP to the platforms: explicit pools, time-outs and limits; what reached the platform is told from what perhaps did. */
@NullMarked
package io.warroom.platform.http;

import org.jspecify.annotations.NullMarked;
