/** Tests of what takes too many calls to be shown over HTTP. */
@NullMarked
package io.warroom.simulator.wecom;

import org.jspecify.annotations.NullMarked;
