-- SPDX-License-Identifier: GPL-3.0-only
-- Forms are numbers, strings (symbols) and arrays (lists); environments are linked frames.
local globals = {}
local evaluate
local function look_up(name, env)
  while env do
    if env.name == name then return env.value end
    env = env.up
  end
  return globals[name]
end
local function bind(params, args, env)
  for i = 1, #params do env = {name = params[i], value = args[i], up = env} end
  return env
end
local function evaluate_all(form, env)
  local args = {}
  for i = 2, #form do args[i - 1] = evaluate(form[i], env) end
  return args
end
local function invoke(f, args)
  if type(f) == "function" then return f(args) end
  return evaluate(f.body, bind(f.params, args, f.env))
end
function evaluate(form, env)
  local kind = type(form)
  if kind == "number" then return form end
  if kind == "string" then return look_up(form, env) end
  local head = form[1]
  if head == "if" then
    if evaluate(form[2], env) then return evaluate(form[3], env) end
    return evaluate(form[4], env)
  elseif head == "lambda" then
    return {params = form[2], body = form[3], env = env}
  elseif head == "define" then
    globals[form[2]] = evaluate(form[3], env)
  else
    return invoke(evaluate(head, env), evaluate_all(form, env))
  end
end
globals["+"] = function(a) return a[1] + a[2] end
globals["-"] = function(a) return a[1] - a[2] end
globals["<"] = function(a) return a[1] < a[2] end
evaluate({"define", "fib", {"lambda", {"n"},
  {"if", {"<", "n", 2}, "n", {"+", {"fib", {"-", "n", 1}}, {"fib", {"-", "n", 2}}}}}}, nil)
print(evaluate({"fib", 26}, nil))
