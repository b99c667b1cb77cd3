/* SPDX-License-Identifier: GPL-3.0-only */
/* (%disassemble f): the text of a function's instructions, with constants, vars, source lines and names of registers.
 */
#include "data/buf.h"
#include "data/str.h"
#include "lang/code.h"
#include "lang/printer.h"
#include "run/names.h"
#include "run/native.h"

static void put_term(struct buf *b, term t)
{
    struct print_options options = {.readable = true, .force_not = true, .length = 8, .level = 3, .max_bytes = 60};
    if (is_type(t, T_VAR)) {
        struct str_view ns = str_view(OBJ(symbol, ns_name(OBJ(var, t)->ns))->name);
        struct str_view name = str_view(OBJ(symbol, OBJ(var, t)->name)->name);
        buf_format(b, "%.*s/%.*s", (int)ns.bytes, (const char *)ns.data, (int)name.bytes, (const char *)name.data);
        return;
    }
    print_term(b, t, &options, &(term){NIL.w});
}

static void put_register(struct buf *b, const struct code *c, u32 at, unsigned reg)
{
    term name;
    unsigned named;
    buf_format(b, " r%u", reg);
    for (unsigned i = 0; code_local(c, at, i, &name, &named); i++)
        if (named == reg && is_symbol(name)) {
            struct str_view v = str_view(OBJ(symbol, name)->name);
            buf_format(b, ":%.*s", (int)v.bytes, (const char *)v.data);
            return;
        }
}

static void put_operand(struct buf *b, const struct code *c, u32 at, enum operand kind, u32 value, u32 insn)
{
    const u32 *pc = c->insns + at;
    switch (kind) {
    case NO:
        break;
    case WR:
    case RD:
    case RW:
        put_register(b, c, at, value);
        break;
    case CB:
    case CV:
    case CH:
        buf_format(b, " r%u", value);
        break;
    case RN:
        buf_format(b, " r%u..", value);
        break;
    case I8:
        buf_format(b, " %d", (i8)value);
        break;
    case N8:
        buf_format(b, " %u", value);
        break;
    case D16:
        if (INSN_OP(insn) == OP_LOADS) {
            buf_text(b, " ");
            put_term(b, TERM((i64)INSN_D_VALUE(insn)));
        } else {
            buf_format(b, " %d", INSN_D_VALUE(insn));
        }
        break;
    case KST:
        buf_text(b, " ");
        put_term(b, insn_const(pc, value));
        break;
    case VAR:
        buf_text(b, " ");
        put_term(b, var_of_cell(value));
        break;
    case JMP:
        buf_format(b, " ->%u", at + op_infos[INSN_OP(insn)].words + value);
        break;
    case I32:
        break;
    }
}

static void put_lower(struct buf *b, const char *name)
{
    word from = b->count;
    buf_text(b, name);
    for (word i = from; i < b->count; i++)
        if (b->data[i] >= 'A' && b->data[i] <= 'Z')
            b->data[i] = (u8)(b->data[i] + 32);
    while (b->count < from + 7)
        buf_byte(b, ' ');
}

static void put_code(struct buf *b, const struct code *c)
{
    u32 last_line = 0, line, column;
    buf_text(b, "function ");
    put_term(b, c->name);
    buf_format(b, ", %u%s parameters, %u registers", c->nargs, c->flags & CODE_VARIADIC ? " or more" : "", c->nregs);
    if (is_string(c->file)) {
        struct str_view v = str_view(c->file);
        buf_format(b, ", %.*s:%u", (int)v.bytes, (const char *)v.data, c->line);
    }
    buf_text(b, "\n");
    for (u32 at = 0; at < c->n_insns && !b->failed; at += op_infos[INSN_OP(c->insns[at])].words) {
        u32 insn = c->insns[at];
        const struct op_info *info = &op_infos[INSN_OP(insn)];
        bool known = code_position(c, at, &line, &column);
        if (known && line != last_line)
            buf_format(b, "%5u ", line);
        else
            buf_text(b, "      ");
        last_line = known ? line : last_line;
        buf_format(b, "%4u  ", at);
        put_lower(b, info->name);
        put_operand(b, c, at, (enum operand)info->a, INSN_A(insn), insn);
        put_operand(b, c, at, (enum operand)info->b, INSN_B(insn), insn);
        if (info->b != D16)
            put_operand(b, c, at, (enum operand)info->c, INSN_C(insn), insn);
        if (info->words > 1)
            put_operand(b, c, at, (enum operand)info->w1, c->insns[at + 1], insn);
        if (info->words > 2)
            put_operand(b, c, at, (enum operand)info->w2, c->insns[at + 2], insn);
        buf_text(b, "\n");
    }
}

term native_disassemble(struct proc *p, unsigned n)
{
    struct buf b = BUF_INIT;
    term f = ARG(0);
    if (is_type(f, T_VAR))
        f = var_root(f);
    if (is_type(f, T_NATIVE)) {
        const struct native_desc *d = OBJ(native, f)->desc;
        buf_format(&b, "native %s/%s\n", d->ns, d->name);
    } else if (is_type(f, T_FN)) {
        const word *code = fn_code(f);
        if (hdr_type(*code) == T_ARITIES) {
            const struct obj_arities *all = (const struct obj_arities *)code;
            for (word i = 0; i + 1 < hdr_words(all->hdr); i++)
                if (is_type(all->fixed[i], T_CODE))
                    put_code(&b, code_ptr(all->fixed[i]));
            if (is_type(all->variadic, T_CODE))
                put_code(&b, code_ptr(all->variadic));
        } else {
            put_code(&b, (const struct code *)code);
        }
    } else {
        buf_free(&b);
        return raise_arg(p, 0, "a function");
    }
    return str_from_buf(p, &b);
}
