/** WeCom. Its words and codes stop here. */
@NullMarked
package io.warroom.platform.wecom;

import org.jspecify.annotations.NullMarked;
