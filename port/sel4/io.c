/* SPDX-License-Identifier: GPL-3.0-only */
/* io.c: port_io. There are no files, no network and no signals here; there are capabilities. */
#include "console.h"
#include "courier.h"
#include "machine.h"

static iword console_device(struct port_request *r)
{
    return machine_console(r->address, r->answer) ? 0 : -PORT_NOT_FOUND;
}

iword port_io(struct port_request *r)
{
    if (!r->text[0])
        r->text[0] = "";
    switch ((int)r->op) {
    case IO_CAP_ROOT:
        return held_root(r);
    case IO_CAP_MAKE:
        return held_make(r);
    case IO_CAP_RETYPE:
        return held_retype(r);
    case IO_CAP_MINT:
        return held_mint(r);
    case IO_CAP_REVOKE:
        return held_revoke(r);
    case IO_CAP_INFO:
        return held_info(r);
    case IO_CAP_CALL:
        return held_call(r);
    case IO_CAP_BEGIN:
        return courier_begin(r);
    case IO_CAP_RESULT:
        return courier_result(r);
    case IO_CAP_RECEIVED:
        return courier_received(r);
    case IO_CAP_MAP:
        return held_map(r);
    case IO_HW_INTERRUPT:
        return hw_interrupt(r);
    case IO_HW_MESSAGE:
        return hw_message(r);
    case IO_HW_PORTS:
        return hw_ports(r);
    case IO_HW_MEMORY:
        return hw_memory(r);
    case IO_HW_READ:
        return hw_read(r);
    case IO_HW_WRITE:
        return hw_write(r);
    case IO_HW_CONSOLE:
        return console_device(r);
    case IO_CONSOLE_TAKE:
        return console_take();
    case IO_CONSOLE_INTERRUPT:
        console_interrupt();
        return 0;
    case IO_READ:
        return console_rest(r);
    case IO_WAIT:
        return held_wait(r);
    case IO_CLOSE:
        return r->handle == CONSOLE_HANDLE ? console_give_back() : held_close(r);
    }
    return -PORT_UNSUPPORTED;
}
