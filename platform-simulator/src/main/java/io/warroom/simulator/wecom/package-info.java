/** WeCom as its public pages describe it. */
@NullMarked
package io.warroom.simulator.wecom;

import org.jspecify.annotations.NullMarked;
