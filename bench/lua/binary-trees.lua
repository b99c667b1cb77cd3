-- SPDX-License-Identifier: GPL-3.0-only
local floor = math.floor
local function make(depth)
  if depth == 0 then return {} end
  return {make(depth - 1), make(depth - 1)}
end
local function check(tree)
  local left = tree[1]
  if left == nil then return 1 end
  return 1 + check(left) + check(tree[2])
end
local n = 16
local long_lived = make(n)
for depth = 4, n, 2 do
  local iterations = floor(2 ^ (n - depth + 4))
  local sum = 0
  for _ = 1, iterations do sum = sum + check(make(depth)) end
  print(iterations .. " " .. depth .. " " .. sum)
end
print(check(long_lived))
