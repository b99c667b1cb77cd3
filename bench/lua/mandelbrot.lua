-- SPDX-License-Identifier: GPL-3.0-only
local function inside(cr, ci)
  local zr, zi = 0.0, 0.0
  for _ = 1, 50 do
    local rr, ii = zr * zr, zi * zi
    if rr + ii > 4.0 then return false end
    zr, zi = rr - ii + cr, 2.0 * (zr * zi) + ci
  end
  return true
end
local n, total = 500, 0
for y = 0, n - 1 do
  for x = 0, n - 1 do
    if inside(2.0 * x / n - 1.5, 2.0 * y / n - 1.0) then total = total + 1 end
  end
end
print(total)
